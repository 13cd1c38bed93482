#!/bin/sh
# The end of a deploy script: the code and vendor/ are in place, the pages are built.
set -e
cd /var/www/app
php artisan config:cache
php artisan reverb:restart
