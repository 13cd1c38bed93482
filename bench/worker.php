<?php

declare(strict_types=1);

/*
 * `php artisan queue:work redis` of the application in --app, which sends what waits over the unix
 * socket:
 *
 *   php -d extension=reverb.so worker.php --app=PATH --redis-port=PORT --port=PORT --socket=PATH
 */

use Illuminate\Contracts\Console\Kernel;
use Reverb\Bench\LaravelApplication;
use Reverb\Bench\Options;

require __DIR__.'/php/autoload.php';

$options = new Options(['app', 'redis-port', 'port', 'socket'], LaravelApplication::OPTIONS);
exit(LaravelApplication::boot($options)->make(Kernel::class)->call('queue:work', ['connection' => 'redis', '--quiet' => true]));
