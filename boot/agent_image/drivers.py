"""Which kernel modules an agent wants, by what they drive: the hardware that racks hold, as far as Linux 6 has drivers."""

WANTED: dict[str, tuple[str, ...]] = {
    "virtual machines": (
        "virtio_pci",
        "virtio_blk",
        "virtio_net",
        "virtio_scsi",
        "virtio_rng",
        "vmxnet3",
        "vmw_pvscsi",
        "hv_netvsc",
        "hv_storvsc",
        "ena",
        "gve",
    ),
    "network cards": (
        "e1000",
        "e1000e",
        "igb",
        "igc",
        "ixgbe",
        "i40e",
        "iavf",
        "ice",
        "tg3",
        "bnx2",
        "bnx2x",
        "bnxt_en",
        "be2net",
        "r8169",
        "atlantic",
        "mlx4_en",
        "mlx5_core",
        "qede",
        "sfc",
        "cxgb4",
        "enic",
        "ionic",
    ),
    "NVMe": ("nvme",),
    "SATA": ("ahci", "ata_piix", "ata_generic", "sata_sil24", "sata_mv", "sata_nv", "sd_mod"),
    "SAS and RAID": (
        "mpt3sas",
        "mpi3mr",
        "megaraid_sas",
        "hpsa",
        "smartpqi",
        "aacraid",
        "arcmsr",
        "mvsas",
        "isci",
        "pm80xx",
        "mptsas",
        "mptspi",
    ),
    "flash cards": ("sdhci_pci", "mmc_block"),
    "BMC": ("ipmi_si", "ipmi_devintf"),
}
BMC = WANTED["BMC"]


def canonical(name: str) -> str:
    """The one spelling the kernel uses of a module's name."""
    return name.replace("-", "_")
