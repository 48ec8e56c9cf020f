"""The screens, in the order of the navigation; one module each.

To add a screen: write a module here that ends with its `Screen`, name it in `SCREENS`, and put a
template of its name into templates/, which extends base.html.j2. A page reads through
`pages.session(request)` in the name of `pages.coder(request)`; it writes through steps of
`review`, in a POST that `static/app.js` sends with `ask(path, body)`. Styles and scripts are files
in static/: the policy lets neither stand in a page.
"""

from themeweave.web.screens import code, codebook, compare, door, home, outputs, read, themes, trail

SCREENS = (
    door.SCREEN,
    home.SCREEN,
    read.SCREEN,
    code.SCREEN,
    themes.SCREEN,
    codebook.SCREEN,
    compare.SCREEN,
    trail.SCREEN,
    outputs.SCREEN,
)
