# `make lab` opens the course, `make test` checks it; both set up .venv by themselves.
.PHONY: help lab slides test test-full test-colab test-offline notebooks reference repository

PYTHON_IN = .venv/bin/python
# The lessons under nbval: outputs compared where they are deterministic, results held to the reference runs.
NBVAL = DLCOURSE_STRICT=1 $(PYTHON_IN) -m pytest --nbval-lax -q -p no:cacheprovider notebooks

# The same with the exercises solved, rightly and wrongly: the core alone, the rest, then all of it again.
SOLVED = DLCOURSE_STRICT=1 $(PYTHON_IN) -m pytest -q -p no:cacheprovider tests/solved_lessons.py

help:
	@echo "make lab          open the lessons in JupyterLab"
	@echo "make slides       make a lecture of each lesson's core: slides/01_neurons.slides.html and so on"
	@echo "make test         run all checks, the lessons on the bundled sample"
	@echo "make test-full    run the lessons on the full MNIST (MNIST_DIR=folder with the four files)"
	@echo "make test-colab   run the lessons in Colab's published versions (COLAB_FREEZE=its list, a file or address)"
	@echo "make test-offline run the lessons with the network cut off"
	@echo "make notebooks    execute and normalise the lessons, for committing (ONLY=02 for one)"
	@echo "make reference    train the reference runs anew, 20 seeds a lesson (ONLY=02 for one)"
	@echo "make repository NAME=owner/name   say where the course is published"

lab:
	@sh tools/venv.sh requirements.txt
	@sh tools/lab.sh

slides:
	@sh tools/venv.sh requirements.txt
	$(PYTHON_IN) -m jupyter nbconvert --config=tools/slides.py

test:
	@sh tools/venv.sh requirements.txt requirements-dev.txt
	$(PYTHON_IN) -m ruff check .
	$(PYTHON_IN) -m ruff format --check .
	$(PYTHON_IN) -m pytest
	DLCOURSE_DATA=sample $(NBVAL)
	DLCOURSE_DATA=sample $(SOLVED)

test-full:
	@sh tools/venv.sh requirements.txt requirements-dev.txt
	DLCOURSE_DATA=full $(NBVAL)

test-colab:
	@sh tools/venv.sh requirements.txt requirements-dev.txt
	$(PYTHON_IN) tools/colab.py

test-offline:
	@sh tools/venv.sh requirements.txt requirements-dev.txt
	sh tools/offline.sh $(PYTHON_IN) -m pytest -q -p no:cacheprovider tests/offline_simulation.py
	TFDS_DATA_DIR=$$(mktemp -d) MNIST_DIR= DLCOURSE_DATA=auto sh tools/offline.sh env $(NBVAL)

notebooks:
	@sh tools/venv.sh requirements.txt requirements-dev.txt
	$(PYTHON_IN) tools/course.py execute $(ONLY)

reference:
	@sh tools/venv.sh requirements.txt requirements-dev.txt
	$(PYTHON_IN) tools/reference_runs.py $(ONLY)

repository:
	@sh tools/venv.sh requirements.txt requirements-dev.txt
	$(PYTHON_IN) tools/course.py repository "$(NAME)"
