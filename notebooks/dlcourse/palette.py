"""The course's colours: the one place where they are written down, for figures, plots and HTML.

Each is a string "#RRGGBB". After a change: `make figures` draws the figures anew, and a test names what is left over.
"""

# Okabe and Ito's eight colours: people with any kind of colour vision can tell them apart.
BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"

WHITE = "#FFFFFF"
GREY = "#767676"

# A figure's panel is opaque, so that it can be read on dark pages too.
PANEL = "#FCFCFA"
PANEL_EDGE = "#B8B8B8"

# The order in which plots use them; yellow, which is faint on white, comes last.
COLOURS = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK, YELLOW]
