"""Reads the environment, once, and refuses what it cannot parse with one clear line.

The only module that may touch `os.environ`; every variable is described in docs/settings.md.
"""

import ipaddress
import os
import re
import secrets
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Never
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import dj_database_url

ROOT = Path(__file__).resolve().parent.parent
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
MAIL_SCHEMES = {
    "smtp": (25, {}),
    "smtp+starttls": (587, {"EMAIL_USE_TLS": True}),
    "smtps": (465, {"EMAIL_USE_SSL": True}),
}


class Networks(tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]):
    """Networks; `"10.1.2.3" in networks` asks whether one of them holds this address."""

    __slots__ = ()

    def __contains__(self, given: object) -> bool:
        try:
            wanted = ipaddress.ip_address(str(given))
        except ValueError:
            return False
        if isinstance(wanted, ipaddress.IPv6Address) and wanted.ipv4_mapped:
            wanted = wanted.ipv4_mapped
        return any(wanted in network for network in self)


def refuse(name: str, reason: str) -> Never:
    """Stop the start with one line that names the variable and the reason."""
    sys.exit(f"carnet: {name} cannot be used: {reason}")


def prefer(name: str, value: str) -> None:
    """Give a variable a value unless it has one: for the settings of tests."""
    os.environ.setdefault(name, value)


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def number(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    given = text(name)
    if not given:
        return default
    if not re.fullmatch(r"-?[0-9]{1,18}", given):
        refuse(name, f"“{given}” is not a whole number.")
    value = int(given)
    if value < least:
        refuse(name, f"{value} is less than {least}.")
    if most is not None and value > most:
        refuse(name, f"{value} is more than {most}.")
    return value


def flag(name: str, *, default: bool) -> bool:
    given = text(name).lower()
    if given and given not in TRUE | FALSE:
        refuse(name, f"“{given}” is neither true nor false.")
    return given in TRUE if given else default


def choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    given = text(name, default).lower()
    if given not in among:
        refuse(name, f"“{given}” is none of {', '.join(among)}.")
    return given


def words(name: str) -> list[str]:
    return [word.strip() for word in text(name).split(",") if word.strip()]


def address(name: str) -> str:
    """Return an http or https address without trailing slash, or an empty text. It stands at the root of its host."""
    given = text(name).rstrip("/")
    if not given:
        return ""
    parts = _split(name, given)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        refuse(name, f"“{given}” is not an address such as https://carnet.example.org.")
    if parts.path or parts.query or parts.fragment or parts.username:
        refuse(name, f"“{given}” must end after the host and port; Carnet stands at the root of its host.")
    return given


def issuer(name: str) -> str:
    """Return the address of an OpenID Connect issuer, which may have a path, or an empty text."""
    given = text(name)
    if given and (_split(name, given).scheme not in {"http", "https"} or not _split(name, given).hostname):
        refuse(name, f"“{given}” is not an http or https address.")
    return given


def bind(name: str, default: str) -> str:
    """Return the address of an interface to listen on."""
    given = text(name, default)
    try:
        return str(ipaddress.ip_address("127.0.0.1" if given == "localhost" else given))
    except ValueError:
        refuse(name, f"“{given}” is not the address of an interface, such as 127.0.0.1 or 0.0.0.0.")


def networks(name: str) -> Networks:
    """Return addresses and networks, such as `127.0.0.1,10.0.0.0/8`."""
    found = []
    for word in words(name):
        try:
            found.append(ipaddress.ip_network(word, strict=False))
        except ValueError:
            refuse(name, f"“{word}” is neither an address nor a network such as 10.0.0.0/8.")
    return Networks(found)


def data_dir() -> Path:
    path = Path(text("CARNET_DATA_DIR", str(ROOT / "data"))).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        refuse("CARNET_DATA_DIR", f"{path}: {error.strerror}.")
    if not os.access(path, os.W_OK | os.X_OK):
        refuse("CARNET_DATA_DIR", f"{path} cannot be written to.")
    return path


def secret_key(folder: Path) -> str:
    """Return CARNET_SECRET_KEY, else the key kept in the data folder, made on first use."""
    if given := text("CARNET_SECRET_KEY"):
        return given
    path = folder / "secret_key"
    if not path.exists():
        _keep_new_secret(path)
    return path.read_text(encoding="ascii").strip()


def database(folder: Path) -> dict[str, Any]:
    """Return Django's description of the database that DATABASE_URL names; SQLite in the data folder by default."""
    given = text("DATABASE_URL", f"sqlite:///{folder}/carnet.sqlite3")
    try:
        parsed: dict[str, Any] = dict(dj_database_url.parse(given))
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError):
        parsed = {}
    if given.startswith("sqlite:"):
        return _sqlite(parsed)
    if parsed.get("ENGINE") != "django.db.backends.postgresql" or not parsed["NAME"]:
        refuse("DATABASE_URL", "it must look like sqlite:////path/to/file or postgres://user:password@host:5432/name.")
    return _postgresql(parsed)


def storage(folder: Path) -> dict[str, Any]:
    """Return which blob store CARNET_STORAGE_URL names, as BACKEND and OPTIONS; a folder beside the data by default."""
    given = text("CARNET_STORAGE_URL", (folder / "blobs").as_uri())
    parts = _split("CARNET_STORAGE_URL", given)
    if parts.scheme == "file":
        return _folder_storage(parts)
    if parts.scheme == "s3":
        return _s3_storage(parts)
    refuse("CARNET_STORAGE_URL", "it must look like file:///path or s3://KEY:SECRET@host:9000/bucket?region=us-east-1.")


def redis() -> str:
    """Return REDIS_URL, or an empty text: then cache, live events and jobs stay inside the process."""
    given = text("REDIS_URL")
    if not given:
        return ""
    parts = _split("REDIS_URL", given)
    if parts.scheme not in {"redis", "rediss", "unix"} or not (parts.hostname or parts.path):
        refuse("REDIS_URL", "it must look like redis://host:6379/0.")
    if parts.scheme != "unix" and not re.fullmatch(r"/?[0-9]*", parts.path):
        refuse("REDIS_URL", f"“{parts.path[1:]}” is not the number of a Redis database.")
    return given


def mail(folder_backend: str, *, host: str) -> dict[str, Any]:
    """Return Django's mail settings for EMAIL_URL; without it mails go to `folder_backend`, the outbox."""
    sender = f"Carnet <carnet@{host}>"
    given = text("EMAIL_URL")
    if not given:
        return {"EMAIL_BACKEND": folder_backend, "DEFAULT_FROM_EMAIL": sender}
    parts = _split("EMAIL_URL", given)
    if parts.scheme not in MAIL_SCHEMES or not parts.hostname:
        refuse("EMAIL_URL", "it must look like smtp+starttls://user:password@mail.example.org:587.")
    port, security = MAIL_SCHEMES[parts.scheme]
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": parse_qs(parts.query).get("from", [sender])[0],
        **security,
    }


def allowed_hosts(external: str, content: str = "") -> list[str]:
    """Return the names this server answers to: of its addresses or its machine, CARNET_ALLOWED_HOSTS, loopback."""
    own = [urlsplit(external).hostname or ""] if external else _names_of_this_machine()
    own.append(urlsplit(content).hostname or "")
    return sorted({*own, *words("CARNET_ALLOWED_HOSTS"), "localhost", "127.0.0.1", "[::1]"} - {""})


def openid_connect() -> Mapping[str, Any] | None:
    """Return allauth's description of the OpenID Connect provider, or nothing if none is configured."""
    server = issuer("CARNET_OIDC_ISSUER")
    client = text("CARNET_OIDC_CLIENT_ID")
    secret = text("CARNET_OIDC_CLIENT_SECRET")
    if not server:
        return None
    if not client or not secret:
        refuse("CARNET_OIDC_ISSUER", "it needs CARNET_OIDC_CLIENT_ID and CARNET_OIDC_CLIENT_SECRET beside it.")
    return {
        "provider_id": "oidc",
        "name": text("CARNET_OIDC_NAME", "OpenID Connect"),
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": server, "fetch_userinfo": True, "oauth_pkce_enabled": True},
    }


def _split(name: str, given: str) -> SplitResult:
    try:
        parts = urlsplit(given)
        _ = parts.port
    except ValueError as error:
        refuse(name, f"{str(error).rstrip('.')}.")
    return parts


def _sqlite(parsed: dict[str, Any]) -> dict[str, Any]:
    name = parsed.get("NAME") or ""
    if not name:
        refuse("DATABASE_URL", "it must look like sqlite:////path/to/file.")
    if name != ":memory:":
        name = str(Path(name).expanduser().resolve())
        if not Path(name).parent.is_dir():
            refuse("DATABASE_URL", f"the folder {Path(name).parent} does not exist.")
    return {"ENGINE": "apps.core.db.sqlite3", "NAME": name, "CONN_MAX_AGE": 600}


def _postgresql(parsed: dict[str, Any]) -> dict[str, Any]:
    options = {"pool": {"min_size": 1, "max_size": 40, "timeout": 20, "max_idle": 120}, **parsed.get("OPTIONS", {})}
    return {**parsed, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}


def _folder_storage(parts: SplitResult) -> dict[str, Any]:
    path = Path(unquote(parts.path))
    if parts.netloc or not path.is_absolute() or parts.query:
        refuse("CARNET_STORAGE_URL", "a folder is written with three slashes, file:///path.")
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        refuse("CARNET_STORAGE_URL", f"{path}: {error.strerror}.")
    if not os.access(path, os.W_OK | os.X_OK):
        refuse("CARNET_STORAGE_URL", f"{path} cannot be written to.")
    return {"BACKEND": "apps.core.blobs.folder.FolderStore", "OPTIONS": {"path": path}}


def _s3_storage(parts: SplitResult) -> dict[str, Any]:
    bucket = parts.path.strip("/")
    if not (parts.username and parts.password and parts.hostname):
        refuse("CARNET_STORAGE_URL", "an object store is written s3://KEY:SECRET@host:port/bucket.")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
        refuse("CARNET_STORAGE_URL", f"“{bucket}” is not the name of a bucket.")
    options = parse_qs(parts.query, keep_blank_values=True)
    if unknown := set(options) - {"region", "tls"}:
        refuse("CARNET_STORAGE_URL", f"it knows region and tls, not {', '.join(sorted(unknown))}.")
    tls = options.get("tls", ["1"])[-1].lower()
    if tls not in TRUE | FALSE:
        refuse("CARNET_STORAGE_URL", f"tls=“{tls}” is neither true nor false.")
    host = parts.netloc.rpartition("@")[2]
    return {
        "BACKEND": "apps.core.blobs.s3.S3Store",
        "OPTIONS": {
            "endpoint": f"{'https' if tls in TRUE else 'http'}://{host}",
            "bucket": bucket,
            "region": options.get("region", [""])[-1] or "us-east-1",
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
        },
    }


def _keep_new_secret(path: Path) -> None:
    """Write a new key so that of several starting processes one wins and none reads half a file."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(draft, "x", encoding="ascii", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(secrets.token_urlsafe(50))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _names_of_this_machine() -> list[str]:
    """Return host name and address by which neighbours would reach this machine. Sends nothing."""
    names = [socket.gethostname()]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: only asks the routing table
            names.append(probe.getsockname()[0])
        except OSError:
            pass
    return names
