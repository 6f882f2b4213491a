"""What a newcomer may do when the story is told and everything still runs: where the doors are, three things to try."""

from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from bus import tokens
from contracts.all import OWNERS
from deploy.local import here, keys
from deploy.local.actors.city import City
from deploy.local.actors.making import build
from deploy.local.here import Here
from deploy.local.places import REPOSITORY
from deploy.local.platform import Platform

EXAMPLE: Final = Path(__file__).with_name("admission.hl7")
"""An admission of the person who stands at `EXAMPLE_OF` in the default city."""
EXAMPLE_OF: Final = 4


def show(console: Console, platform: Platform, found: Here) -> None:
    """Every line can be copied as it stands, so none is cut and none is wrapped."""
    console.rule("都在运行，试试看", align="left")
    for line in _lines(platform, found, build()):
        console.print(Text(line), soft_wrap=True)
    console.rule()


def _lines(platform: Platform, found: Here, city: City) -> list[str]:
    ports, person = platform.ports, city.people[EXAMPLE_OF]
    bifang = "./bifang" if found.places.data == here.DATA else f"./bifang --data {found.places.data}"
    token = tokens.issue(
        keys.token_key(platform.places), person=str(city.bureau(person).holder.holder_id), role="bureau-officer"
    )
    docs = [f"  {name:<9} http://127.0.0.1:{ports[name]}/docs" for name in OWNERS]
    return [
        "各服务的接口",
        *docs,
        "",
        "1. 让医院再发一条入院消息（MLLP），几秒后联络员收到短信",
        f"  bash -c 'exec 3<>/dev/tcp/127.0.0.1/{ports['mllp']}; "
        f'{{ printf "\\v"; cat {_shown(EXAMPLE)}; printf "\\x1c\\r"; }} >&3; timeout 2 cat <&3\' | tr "\\r" "\\n"',
        f"2. 看{person.name}的一人一档",
        f'  curl -s -H "Authorization: Bearer {token}" http://127.0.0.1:{ports["registry"]}/people/{person.person_id}/file',
        "3. 看 Kafka 上说了什么",
        f"  {bifang} topics tail visits.duties -n 3",
        "",
        f"其他  {bifang} --help；时间前进一周：{bifang} clock forward 7d",
        f"停止  {bifang} stop（数据保留）；再讲一遍：{bifang} demo",
    ]


def _shown(path: Path) -> Path:
    """As it is written in the repository, where that is where the user stands."""
    return path.relative_to(REPOSITORY) if Path.cwd() == REPOSITORY else path
