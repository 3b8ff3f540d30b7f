"""Networks in which programs live: large hosting and cloud providers, by their numbers.

Left out are networks through which people read: providers of access that also host, content
networks that carry Apple's Private Relay, company gateways, and hosts of VPN services.
"""

from __future__ import annotations

DATA_CENTRES: frozenset[int] = frozenset(
    {
        # Amazon
        16509, 14618, 8987,
        # Google Cloud
        396982,
        # Microsoft Azure
        8075, 8069,
        # Oracle Cloud, IBM Cloud
        31898, 36351,
        # Alibaba Cloud, Tencent Cloud, Huawei Cloud
        45102, 37963, 134963, 45090, 132203, 133478, 55990, 136907,
        # DigitalOcean, Linode, Vultr
        14061, 63949, 20473,
        # OVH, Hetzner, Scaleway, Contabo, IONOS, UpCloud, Hostinger, Leaseweb
        16276, 35540, 24940, 212317, 213230, 215859, 12876, 29447, 51167, 141995, 40021, 8560,
        202053, 47583, 60781, 28753, 30633, 395954, 396362, 396190, 205544, 7203, 19148,
        # Rackspace
        15395, 19994, 33070, 27357, 45187,
        # Japan: SAKURA, GMO, IDC Frontier, KAGOYA, Xserver, KDDI Web, NTT SmartConnect
        9370, 9371, 7684, 17947, 7506, 58791, 4694, 24282, 131965, 9597, 7671,
    }
)  # fmt: skip
