"""How `make slides` turns the lessons' cores into lectures: settings for nbconvert, with sizes for a projector."""

c = get_config()  # noqa: F821, nbconvert's own
c.NbConvertApp.export_format = "slides"
c.NbConvertApp.notebooks = ["notebooks/0[1-6]*.ipynb"]
c.FilesWriter.build_directory = "slides"
c.SlidesExporter.reveal_width = "1280"
c.SlidesExporter.reveal_height = "720"
c.SlidesExporter.reveal_number = "c/t"  # Number of the slide, and of how many.
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_input_tags = {"hide-input"}
