"""One table of everything an operator can ask for: footer, help, palette, prompt and confirmation all read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Situation:
    """What the operator is looking at. `pane` is boots, servers, classes, tasks, clusters or pivot; `chosen` counts servers,
    `obstacles` says for actions that none of them allows why, `rows` is what the pane shows. `read_only` says why nothing
    may be written, "" where that is allowed."""

    screen: str
    pane: str = ""
    chosen: int = 0
    obstacles: Mapping[str, str] = field(default_factory=dict)
    connected: bool = True
    rows: int = 0
    read_only: str = ""


def _always(_: Situation) -> str:
    return ""


def _on_server(situation: Situation) -> str:
    return "" if situation.chosen else "no server here"


def _on_row(situation: Situation) -> str:
    return "" if situation.chosen or situation.rows else "nothing here"


def _connected(situation: Situation) -> str:
    return "" if situation.connected else "the plane does not answer"


def _on_task(situation: Situation) -> str:
    if situation.pane != "tasks" or not situation.rows:
        return "no task here"
    return "" if situation.connected else "the plane does not answer"


def _allowed(action: str) -> Callable[[Situation], str]:
    def obstacle(situation: Situation) -> str:
        return situation.obstacles.get(action, "") or ("" if situation.connected else "the plane does not answer")

    return obstacle


@dataclass(frozen=True, slots=True)
class Command:
    """`obstacle` says why it cannot be done now, "" when it can. `words` are what the : prompt takes; what `writes` is refused
    by a console that only reads."""

    id: str
    title: str
    help: str
    keys: tuple[str, ...]
    screens: frozenset[str]
    obstacle: Callable[[Situation], str] = _always
    writes: bool = False
    footer: bool = True
    words: tuple[str, ...] = ()

    def refusal(self, situation: Situation) -> str:
        """Why it cannot be done now, "" when it can."""
        return (situation.read_only if self.writes else "") or self.obstacle(situation)


_MAIN, _SERVER, _PAGE, _CLUSTER, _MEMBER = "main", "server", "page", "cluster", "member"
_LISTS, _ANY = frozenset({_MAIN}), frozenset({_MAIN, _SERVER, _PAGE, _CLUSTER, _MEMBER})
_MACHINES = frozenset({_MAIN, _SERVER})
_OBJECTS = frozenset({_MAIN, _SERVER, _CLUSTER, _MEMBER})
_CLUSTERS, _MEMBERS = frozenset({_MAIN, _CLUSTER}), frozenset({_CLUSTER, _MEMBER})
_NODES = frozenset({_SERVER, _CLUSTER, _MEMBER})


def _act(action: str, title: str, text: str, key: str, *, footer: bool = False) -> Command:
    """Something done to servers or machines; it is confirmed in a dialog of its own."""
    return Command(
        action, title, text, (key,), _MACHINES, _allowed(action), writes=True, footer=footer, words=(title.replace(" ", "-"),)
    )


COMMANDS: tuple[Command, ...] = (
    Command("mark", "mark", "Mark or unmark the row, for actions on several", ("space",), _LISTS, _on_row),
    Command(
        "open", "open", "Open the server, cluster or member: how far it is, and why no further", ("enter",), _CLUSTERS, _on_row
    ),
    _act(
        "accept", "accept", "Accept the marked servers, or this one; shows first what that does to which disks", "a", footer=True
    ),
    _act("take_back", "take back", "Take the acceptance back: at any time before the server is in use", "u"),
    _act("power", "power", "Power, network boot, locate light and a test of the BMC", "p", footer=True),
    _act("reject", "reject", "Leave a server alone: no protocol answers it any more", "R"),
    _act("readmit", "readmit", "Answer a rejected server again", "M"),
    _act("retire", "decommission", "Take a server out of service: wiped, then off", "D"),
    _act("return", "return", "Bring a server back that went out of service", "B"),
    _act("resume", "resume", "Try a stopped server again", "r"),
    _act("reserve", "reserve", "Reserve an address for the machine, or take that away", "i"),
    _act("architecture", "architecture", "Take the machine for another architecture than its firmware says", "A"),
    Command(
        "done", "done", "Tick the task off: you did it", ("x",), _LISTS, _on_task, writes=True, footer=False, words=("done",)
    ),
    Command(
        "new_cluster",
        "new cluster",
        "A cluster from a form, checked as you type: arrows choose, enter types, p previews, s saves, a applies, v probes",
        ("c",),
        _LISTS,
        _connected,
        writes=True,
        words=("new-cluster",),
    ),
    Command("scale", "scale", "More or fewer nodes", ("s",), _CLUSTERS, _allowed("scale"), writes=True, words=("scale",)),
    Command(
        "delete_cluster",
        "delete cluster",
        "Delete the cluster: its servers come back, wiped",
        ("X",),
        _CLUSTERS,
        _allowed("delete_cluster"),
        writes=True,
        words=("delete-cluster",),
    ),
    Command(
        "replace_member",
        "replace",
        "Replace a failed node: another server takes its place, this one is cordoned",
        ("x",),
        _MEMBERS,
        _allowed("replace_member"),
        writes=True,
    ),
    Command(
        "config",
        "config",
        "The machine config a server really gets, and who put each line there; secrets blotted out, S shows them",
        ("e",),
        _NODES,
        _allowed("config"),
    ),
    Command(
        "log",
        "log",
        "The node's kernel log and Talos' events, asked of it now",
        ("l",),
        _NODES,
        _allowed("log"),
        words=("log",),
    ),
    Command("why", "why", "Why this server is or is not in each class", ("w",), _MACHINES, _on_server, words=("why",)),
    Command("yaml", "yaml", "The object as it is in the plane now", ("y",), _OBJECTS, _on_row, words=("yaml",)),
    Command(
        "network",
        "network",
        "Who else answers DHCP here, what the self-test found, reserved addresses, learned quirks",
        ("n",),
        _MACHINES,
        words=("network", "dhcp", "quirks"),
    ),
    Command("next_pane", "pane", "Next pane", ("tab",), _LISTS),
    Command("previous_pane", "pane back", "Previous pane", ("shift+tab",), _LISTS, footer=False),
    Command("filter", "filter", "Show rows that contain a text; !text those that do not", ("slash",), _LISTS),
    Command("prompt", "jump", "Go to a pane or run a command by name", ("colon",), _LISTS),
    Command("down", "down", "Down one row or line", ("j", "down"), _ANY, footer=False),
    Command("up", "up", "Up one row or line", ("k", "up"), _ANY, footer=False),
    Command("page_down", "page down", "Down one page", ("pagedown", "ctrl+f"), _ANY, footer=False),
    Command("page_up", "page up", "Up one page", ("pageup", "ctrl+b"), _ANY, footer=False),
    Command("top", "top", "First row", ("g", "home"), _ANY, footer=False),
    Command("bottom", "bottom", "Last row", ("G", "end"), _ANY, footer=False),
    Command("boots", "boots", "Go to the machines on the wire", ("1",), _LISTS, footer=False, words=("boots", "boot", "pxe")),
    Command("servers", "servers", "Go to the servers", ("2",), _LISTS, footer=False, words=("servers", "server", "sv")),
    Command(
        "classes",
        "classes",
        "Go to the server classes",
        ("3",),
        _LISTS,
        footer=False,
        words=("classes", "serverclasses", "serverclass", "sc"),
    ),
    Command("tasks", "tasks", "Go to what people have to do", ("4",), _LISTS, footer=False, words=("tasks", "task")),
    Command("pivot", "pivot", "Go to the steps of the guide", ("5",), _LISTS, footer=False, words=("pivot", "guide")),
    Command("clusters", "clusters", "Go to the clusters", ("6",), _LISTS, footer=False, words=("clusters", "cluster", "cl")),
    Command("theme", "theme", "Next colour theme", ("t",), _ANY, words=("theme", "skin")),
    Command("help", "help", "What every key does", ("question_mark",), _OBJECTS, words=("help",)),
    Command("back", "back", "Go back; clears filter and marks first", ("escape",), _ANY, footer=False),
    Command("quit", "quit", "Leave the console", ("q",), _ANY, words=("quit", "q", "exit")),
)

KEY_NAMES = {
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "escape": "esc",
    "space": "space",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "down": "↓",
    "up": "↑",
}
"""How a key is written for people, where that differs from its name."""


def commands_for(screen: str) -> tuple[Command, ...]:
    return tuple(command for command in COMMANDS if screen in command.screens)


def find_command(identity: str) -> Command:
    return next(command for command in COMMANDS if command.id == identity)


def find_word(word: str, screen: str) -> Command | None:
    """What the : prompt means: a word of a command, or an unambiguous beginning of one."""
    offered = [command for command in commands_for(screen) if command.words]
    for command in offered:
        if word in command.words:
            return command
    begun = {command for command in offered if any(known.startswith(word) for known in command.words)}
    return begun.pop() if word and len(begun) == 1 else None


def write_key(key: str) -> str:
    return KEY_NAMES.get(key, key)
