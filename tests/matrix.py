# SPDX-License-Identifier: 0BSD
"""The PCs that the kernel is booted on: what they are made of, as QEMU's
arguments, what does not go together, and why.

DOORS[door] is a table: a part's name -> its kinds, each a name -> arguments.
A PC is a dict: a part's name -> the name of its kind.
"""

import itertools

# {file} is what boots. The disks get a throw-away copy, as they write to it.
IMAGE = "if=none,id=image,format=raw,file={file},"
CD = ["-drive", IMAGE + "media=cdrom,readonly=on"]
DISK = ["-drive", IMAGE + "snapshot=on"]
MEDIA = {
    "ide-cd": ["-cdrom", "{file}"],
    "ahci-cd": [*CD, "-device", "ahci,id=ahci", "-device",
                "ide-cd,bus=ahci.0,drive=image,bootindex=0"],
    "ide-disk": [*DISK, "-device", "ide-hd,drive=image,bootindex=0"],
    "virtio-disk": [*DISK, "-device", "virtio-blk-pci,drive=image,bootindex=0"],
    "nvme-disk": [*DISK, "-device", "nvme,serial=1,drive=image,bootindex=0"],
    "ehci-stick": [*DISK, "-device", "usb-ehci", "-device",
                   "usb-storage,drive=image,bootindex=0"],
    "xhci-stick": [*DISK, "-device", "qemu-xhci", "-device",
                   "usb-storage,drive=image,bootindex=0"],
}  # fmt: skip


def kinds(option, *names):
    return {name: [option, name] for name in names}


PARTS = {
    "machine": kinds("-machine", "pc", "q35", "isapc"),
    "cpu": kinds("-cpu", "486", "pentium", "qemu64", "max"),
    "memory": kinds("-m", "8M", "128M", "8G"),
    "video": kinds("-vga", "std", "cirrus", "vmware", "virtio", "qxl"),
    "cpus": kinds("-smp", "1", "2", "4"),
}

# The firmware's files, in the folder of OVMF; the arguments that go with them.
# The two that can do Secure Boot need System Management Mode, to protect the
# variables from the system; with an empty variable store it is switched off.
SECURE = ["-machine", "smm=on", "-global", "ICH9-LPC.disable_s3=1"]
FIRMWARE = {
    "4M": ("OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd", []),
    "4M-secure": ("OVMF_CODE_4M.secboot.fd", "OVMF_VARS_4M.fd", SECURE),
    "4M-strictnx": (
        "OVMF_CODE_4M.secboot.strictnx.fd", "OVMF_VARS_4M.fd", SECURE),
    "2M": ("OVMF_CODE.fd", "OVMF_VARS.fd", []),
    "2M-secure": ("OVMF_CODE.secboot.fd", "OVMF_VARS.fd", SECURE),
}  # fmt: skip

DOORS = {
    "bios": {**PARTS, "medium": MEDIA},
    "kernel": PARTS,
    "uefi": {
        "firmware": {
            name: ["-drive", "if=pflash,format=raw,readonly=on,file={code}",
                   "-drive", "if=pflash,format=raw,file={vars}", *arguments]
            for name, (_, _, arguments) in FIRMWARE.items()},
        **PARTS, "medium": MEDIA},
}  # fmt: skip

# What cannot work: a reason, the doors that it is about ("" for all), which
# PCs, and what is to be seen on such a PC; None where an older QEMU boots.
PCI_CARDS = ("vmware", "virtio", "qxl")
IMPOSSIBLE = [
    ("isapc has no PCI bus, which all but its IDE controller need", "bios",
     lambda pc: pc["machine"] == "isapc"
     and pc["medium"] not in ("ide-cd", "ide-disk"), "No 'PCI' bus found"),
    ("isapc has no PCI bus for this video card: it has no screen then", "",
     lambda pc: pc["machine"] == "isapc" and pc["video"] in PCI_CARDS,
     "not in text mode"),
    ("isapc has room for one CPU", "",
     lambda pc: pc["machine"] == "isapc" and pc["cpus"] != "1",
     "max CPUs supported by machine 'isapc' is 1"),
    ("a CPU with 32 address lines cannot reach 8 GiB; QEMU 10 minds", "",
     lambda pc: pc["memory"] == "8G" and pc["cpu"] in ("486", "pentium"), None),
    ("with memory above 4 GiB, SeaBIOS 1.16.3 puts NVMe there, and cannot reach"
     " it", "bios",
     lambda pc: pc["memory"] == "8G" and pc["medium"] == "nvme-disk", None),
    ("isapc has no place for UEFI's flash memory", "uefi",
     lambda pc: pc["machine"] == "isapc", "does not support if=pflash"),
    ("this firmware is 64-bit code, the CPU is not", "uefi",
     lambda pc: pc["cpu"] in ("486", "pentium"),
     "triple fault|waited 5 s"),
    ("the firmware alone needs more than 8 MiB", "uefi",
     lambda pc: pc["memory"] == "8M", "triple fault|waited 5 s"),
    ("pc's chipset has no System Management Mode for this firmware", "uefi",
     lambda pc: pc["machine"] == "pc" and FIRMWARE[pc["firmware"]][2],
     "waited 5 s"),
]  # fmt: skip


def product(door):
    """Every PC that can be made of the parts."""
    table = DOORS[door]
    for names in itertools.product(*table.values()):
        yield dict(zip(table, names))


def why_not(door, pc):
    """The reasons why the PC cannot boot by the door; [] when it can."""
    return [reason for reason, doors, concerns, _ in IMPOSSIBLE
            if doors in ("", door) and concerns(pc)]  # fmt: skip


def possible(door):
    return [pc for pc in product(door) if not why_not(door, pc)]


def few(pcs, together):
    """A few of the PCs, in which is each combination of so many parts' kinds.

    With 1, each kind is in one of them; with 2, each pair that can be.
    """
    left = {tuple(pc.items()): set(itertools.combinations(pc.items(), together))
            for pc in pcs}  # fmt: skip
    while left:
        best = max(left, key=lambda pc: len(left[pc]))
        yield dict(best)
        seen = left[best]
        left = {pc: rest - seen for pc, rest in left.items() if rest - seen}


def arguments(door, pc, **files):
    """QEMU's arguments for the PC; files: what {file} and the like are."""
    table = DOORS[door]
    words = [word for part, name in pc.items() for word in table[part][name]]
    return [word.format(**files) for word in words]
