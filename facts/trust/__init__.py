"""Whether a trust list anchors a certificate: OpenSSL's verdict, and every cause."""
