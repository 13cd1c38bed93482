#!/bin/sh
# Certbot runs this after each renewal, as root: the server may read the copies.
set -e
install -o root -g www-data -m 640 \
    "$RENEWED_LINEAGE/fullchain.pem" "$RENEWED_LINEAGE/privkey.pem" /etc/ssl/ws.example.com/
systemctl reload reverb
