// A chapter or a program that imports Notebook sees the modules below it too.

@_exported import Console
@_exported import Exercises
@_exported import Figures
