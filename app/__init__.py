"""How certclinic is reached: the command line."""

VERSION = "0.1.0"
"""That of the package; here, since asking the installed package for it takes as long as a start."""
