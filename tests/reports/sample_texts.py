"""What rules would say in the sample documents, in each language."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str | tuple[str, ...]]] = {
    "en": {
        "ssh": "The SSH tunnels from core1 to edge1 are down because core1 does not trust the "
        "intermediate CA Example TLS Issuing CA G3",
        "ssh_cause": "Since its renewal the certificate of edge1 is signed by Example TLS Issuing "
        "CA G3. The traversal zone stays active, because SIP TLS carries the intermediate CA "
        "along in the handshake. The SSH tunnels do not carry it: core1 has to hold the whole "
        "chain in its trusted CA list, and the intermediate CA is not there.",
        "ssh_fix": (
            "On core1, open Maintenance > Security > Trusted CA certificate and append the "
            "certificate of Example TLS Issuing CA G3.",
            "Do the same on edge1, which has to send the whole chain.",
            "Restart core1: Maintenance > Restart options > Restart.",
        ),
        "ssh_gap": (
            "Install the previous certificate of edge1 again; it is valid until 30 November 2026.",
        ),
        "ssh_verify": (
            "Status > Unified Communications > SSH tunnels shows edge1 as Active.",
            "Alarm 35013 is lowered on core1.",
        ),
        "alarm": "Alarm 35013 is raised on core1: Unified Communications SSH tunnel failure",
        "alarm_cause": "The alarm follows from the tunnels that are down.",
        "jabber": "Jabber cannot sign in over MRA: edge1 answers 502 Next Hop Connection Failed",
        "jabber_cause": "Requests of MRA clients go through the SSH tunnels.",
        "expiring": "The server certificate of core1 expires in 26 days",
        "expiring_cause": "After that day every TLS peer refuses core1.",
        "wildcard": "The certificate of edge1 has a wildcard name, which is not supported",
        "why": "edge1's chain is complete up to Example Root CA",
        "needs": "the diagnostic bundle of edge1",
    },
    "zh-Hant": {
        "ssh": "core1到edge1的SSH隧道中斷，因為core1不信任中間CA Example TLS Issuing CA G3",
        "ssh_cause": "edge1續訂證書後，新證書由Example TLS Issuing CA G3簽發。SIP TLS交握時會一併"
        "送出中間CA，所以遍歷區域仍為作用中。SSH隧道不會送出中間CA：core1的受信任CA清單必須包含"
        "完整的證書鏈，而該清單缺少此中間CA。",
        "ssh_fix": (
            "在core1上開啟Maintenance > Security > Trusted CA certificate，附加Example TLS "
            "Issuing CA G3的證書。",
            "在edge1上執行相同操作，因為edge1必須送出完整的證書鏈。",
            "重新啟動core1：Maintenance > Restart options > Restart。",
        ),
        "ssh_gap": ("重新安裝edge1先前的證書，該證書在2026年11月30日前有效。",),
        "ssh_verify": (
            "Status > Unified Communications > SSH tunnels顯示edge1為Active。",
            "core1上的警報35013已解除。",
        ),
        "alarm": "core1發出警報35013：Unified Communications SSH tunnel failure",
        "alarm_cause": "此警報是隧道中斷的結果。",
        "jabber": "Jabber無法透過MRA登入：edge1回覆502 Next Hop Connection Failed",
        "jabber_cause": "MRA用戶端的要求都經由SSH隧道傳送。",
        "expiring": "core1的伺服器證書將在26天後到期",
        "expiring_cause": "到期後，所有TLS對等體都會拒絕core1。",
        "wildcard": "edge1的證書含有萬用字元名稱，Expressway不支援",
        "why": "edge1的證書鏈完整，可追溯至Example Root CA",
        "needs": "edge1的診斷套件",
    },
}
