# `make lab` opens the course, `make test` checks it; all targets set up .venv by themselves.
.PHONY: help lab fresh build back pages figures slides lesson mentions repository clock stick print quiz quiz-results \
    site browser browser-runs check test test-browser test-site test-stick test-faults test-full test-colab test-offline test-backends \
    test-oldest test-newest runs mutants lock

PYTHON_IN = .venv/bin/python
LEARNERS = @sh tools/venv.sh requirements.lock
MAINTAINERS = @sh tools/venv.sh requirements.lock requirements-dev.lock
# The lessons under nbval, two at once, a kernel and a process each: outputs compared where they are deterministic,
# results held to the reference runs.
NBVAL = DLCOURSE_STRICT=1 PYTHONPATH="$(CURDIR)/notebooks" $(PYTHON_IN) -m pytest --nbval-lax -q -p no:cacheprovider -n 2 --dist loadscope notebooks

help:
	@echo "make lab              open your copies of the lessons in JupyterLab (IP=0.0.0.0 in a container)"
	@echo "make fresh            take a lesson as it came; your copy stays, under another name (ONLY=02)"
	@echo "make build            write notebooks/ and all else that is derived, from lessons/ and course.toml, in seconds"
	@echo "make back             bring lessons that were edited in JupyterLab back into lessons/ (ONLY=02 for one)"
	@echo "make pages            execute the lessons and write docs/lessons/, with all results (ONLY=02 for one)"
	@echo "make figures          draw the figures (ONLY=02 for one lesson's)"
	@echo "make slides           make a deck of each lesson: build/slides/01_neurons.html and so on, no network needed (ONLY=02)"
	@echo "make site             make the web site of the pages, in build/site: it opens from a disk too"
	@echo "make browser          write the browser edition, a page that trains a network by itself: build/browser/train.html"
	@echo "make browser-runs     train that page's network with 20 seeds, in Node.js: what it promises"
	@echo "make quiz             the questions before and after the course, as a page and a PDF: build/quiz/"
	@echo "make quiz-results     what a group's pasted answers say (ANSWERS=answers.txt)"
	@echo "make lesson           begin a new lesson (NAME=08_title)"
	@echo "make mentions         list every line that mentions a lesson, or any other words (OF=03_kernels)"
	@echo "make repository       say where the course is published (NAME=owner/name)"
	@echo "make clock            how long each lesson takes, computed from the lesson, beside what course.toml promises"
	@echo "make stick            a folder for thirty laptops without a network (TO=folder VERSIONS=\"3.12 3.13\")"
	@echo "make print            the one-page summary, the helper's card and a sheet for each seat as PDF, in build/print/"
	@echo "make check            check in seconds whatever trains nothing: style, and what is derived"
	@echo "make test             run all checks, the lessons on the bundled sample"
	@echo "make test-browser     run the lessons in JupyterLab and the browser edition, in Chromium, by mouse and keyboard"
	@echo "make test-site        check the web site and the slides in Chromium: links, alternatives, contrast, keyboard, search"
	@echo "make test-faults      damage data, folders, packages, pictures and answers in thousands of ways (Linux)"
	@echo "make test-stick       make such a folder and install the course from it with the network cut off (Linux, 5 GB)"
	@echo "make test-full        run the lessons on the full MNIST (MNIST_DIR=folder with the four files)"
	@echo "make test-colab       run the lessons in Colab's published versions (COLAB_FREEZE=its list, a file or address)"
	@echo "make test-offline     run the lessons with the network cut off (Linux)"
	@echo "make test-backends    run the lessons with Keras on JAX and on PyTorch, three seeds each (an hour)"
	@echo "make test-oldest      run the lessons with the oldest versions of the ranges in requirements.txt"
	@echo "make test-newest      run them with the newest; says which library has moved, and which lesson it touched"
	@echo "make runs             train what the lessons promise over many seeds (ONLY=02 for one)"
	@echo "make mutants          break the course in many small ways and list what no check notices (SAMPLE=10 for ten)"
	@echo "make lock             renew the locked versions, which lab and test install"

lab:
	$(LEARNERS)
	@sh tools/lab.sh $(if $(IP),"--ip=$(IP)")

fresh:
	$(LEARNERS)
	@$(PYTHON_IN) tools/copies.py fresh $(ONLY)

build:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/build.py

back:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/build.py back $(ONLY)

pages:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/pages.py $(ONLY)

figures:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/drawing.py $(ONLY)
	@$(PYTHON_IN) tools/build.py

slides:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/slides.py $(ONLY)

site: slides quiz print
	$(MAINTAINERS)
	@$(PYTHON_IN) tools/website.py

browser:
	$(MAINTAINERS)
	@$(PYTHON_IN) tools/in_browser.py

browser-runs:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/in_browser.py runs

quiz:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/quiz.py

quiz-results:
	$(MAINTAINERS)
	@$(PYTHON_IN) tools/quiz.py read "$(ANSWERS)"

lesson:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/build.py lesson "$(NAME)"

mentions:
	$(MAINTAINERS)
	@$(PYTHON_IN) tools/build.py mentions "$(OF)"

repository:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/build.py repository "$(NAME)"

clock:
	$(MAINTAINERS)
	@$(PYTHON_IN) tools/clock.py

stick:
	$(MAINTAINERS)
	@$(PYTHON_IN) tools/stick.py "$(TO)" $(VERSIONS)

print:
	$(MAINTAINERS)
	@$(PYTHON_IN) tools/printing.py

check:
	$(MAINTAINERS)
	$(PYTHON_IN) -m ruff check .
	$(PYTHON_IN) -m ruff format --check .
	$(PYTHON_IN) -m pytest -q -p no:cacheprovider -m "not slow"

test: check
	$(PYTHON_IN) -m pytest -q -p no:cacheprovider -m slow
	DLCOURSE_DATA=sample $(NBVAL)

test-browser:
	$(MAINTAINERS)
	$(PYTHON_IN) -m pytest -q -p no:cacheprovider tests/browser_*.py

test-site: slides quiz print
	$(PYTHON_IN) -m pytest -q -p no:cacheprovider tests/site_*.py

test-faults:
	$(MAINTAINERS)
	$(PYTHON_IN) -m pytest -q -p no:cacheprovider -n 2 tests/faults_*.py

test-stick:
	$(MAINTAINERS)
	$(PYTHON_IN) -m pytest -q -s -p no:cacheprovider tests/stick_install.py

test-full:
	$(MAINTAINERS)
	DLCOURSE_DATA=full $(NBVAL)

test-colab:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/colab.py

test-offline:
	$(MAINTAINERS)
	sh tools/offline.sh $(PYTHON_IN) -m pytest -q -p no:cacheprovider tests/offline_simulation.py
	TFDS_DATA_DIR=$$(mktemp -d) MNIST_DIR= DLCOURSE_DATA=auto sh tools/offline.sh env $(NBVAL)

test-backends:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/versions.py jax torch

test-oldest:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/versions.py oldest

test-newest:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/versions.py newest

runs:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/seeds.py $(ONLY)

mutants:
	$(MAINTAINERS)
	$(PYTHON_IN) tools/mutants.py $(if $(SAMPLE),--sample $(SAMPLE))

lock:
	@sh tools/venv.sh
	$(PYTHON_IN) tools/lock.py
