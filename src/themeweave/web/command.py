"""The command that starts the workbench; the command line loads it by name."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Open the workbench: read, code and decide in the browser.")
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path()
)
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="8740, or a free one.")
@click.option("--coder", "coders", multiple=True, metavar="NAME", help="Give a link to each NAME.")
@click.option("--no-browser", is_flag=True, help="Only say the address.")
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Where others may reach it.")
@click.option("--trusted-network", is_flag=True, help="Let others in, with nothing encrypted.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Encrypt what is sent; PEM.",
)
@click.option(
    "--key", type=click.Path(path_type=Path), metavar="FILE", help="Of the certificate; PEM."
)
def serve(
    folder: Path,
    port: int | None,
    coders: tuple[str, ...],
    no_browser: bool,
    host: str,
    trusted_network: bool,
    certificate: Path | None,
    key: Path | None,
) -> None:
    """Open the workbench on FOLDER in the browser; Ctrl-C ends it.

    It answers to this computer alone. To code together on a network, give the address that it shall
    have there, a certificate so that nobody else reads what is sent, and the name of each coder,
    who then gets a link of their own.

    \b
    Examples:
      themeweave serve my-review
      themeweave serve --host 10.0.0.20 --certificate us.pem --key us.key
    """
    from themeweave.web.encryption import Certificate
    from themeweave.web.serve import Place, serve

    if key and not certificate:
        raise click.UsageError("--key is that of a certificate: give --certificate too")
    encrypted = Certificate(certificate, key) if certificate else None
    place = Place(host, port, trusted_network, coders, encrypted)
    serve(folder, place, browser=not no_browser, say=click.echo)
