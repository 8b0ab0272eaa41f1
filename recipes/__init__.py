"""Recipes: model, units, conditions, files, check, engine; and the library of cleans and procedures."""
