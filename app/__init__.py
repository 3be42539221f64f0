"""How certclinic is reached: the command line."""
