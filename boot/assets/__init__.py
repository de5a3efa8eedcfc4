"""Kernels and initramfs files: fetched once, resumed, verified, kept."""
