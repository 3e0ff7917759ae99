// Fixtures shared by tests live in this folder.
