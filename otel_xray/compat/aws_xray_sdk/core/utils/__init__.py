"""Small tools of the X-Ray SDK that applications use, too."""
