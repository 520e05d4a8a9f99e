"""How right Clarine Herd is, measured on data that is not shipped: ``make herd-accuracy DATA=folder``."""
