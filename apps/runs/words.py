"""Readable names for runs that come without one."""

import secrets

_ADJECTIVES = """
amber autumn bold brisk calm clear cold coral crisp dark deep dry eager early easy fair fleet fresh
gentle golden grand green hazel hushed ivory jolly keen kind late light lively lucid mellow mild
misty noble pale plain polar proud quick quiet rapid rare ripe rosy round rustic sage sharp silent
silver slow smooth soft solid spry steady still stout sunny swift tawny thin tidy true vast vivid
warm wild wise young
""".split()
_BIRDS = """
avocet bittern bluetit bunting buzzard crane crow curlew dipper diver dove dunlin dunnock eagle
eider falcon finch flycatcher fulmar gannet godwit goose grebe grouse gull harrier hawk heron hobby
hoopoe ibis jackdaw jay kestrel kingfisher kite knot lapwing lark linnet magpie martin merlin
nightjar nuthatch oriole osprey ouzel owl petrel pipit plover puffin quail rail raven redstart robin
rook ruff sandpiper shrike siskin skua smew snipe sparrow starling stint stork swallow swan swift
teal tern thrush tit twite wagtail warbler wheatear wigeon wren
""".split()


def readable_name(number: int) -> str:
    """Return a name such as `brisk-heron-148` for the run of this number in its project."""
    return f"{secrets.choice(_ADJECTIVES)}-{secrets.choice(_BIRDS)}-{number}"


def run_id() -> str:
    """Return a run id as the client makes them: 8 lower-case letters and digits."""
    return "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(8))
