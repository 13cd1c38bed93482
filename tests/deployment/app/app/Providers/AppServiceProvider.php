<?php

declare(strict_types=1);

namespace App\Providers;

use Illuminate\Support\Facades\Event;
use Illuminate\Support\ServiceProvider;
use Reverb\Laravel\Events\ServerStarting;

final class AppServiceProvider extends ServiceProvider
{
    /**
     * What a case changes in the configuration, it says as JSON in the environment.
     */
    public function register(): void
    {
        foreach (json_decode(env('TEST_CONFIG', '{}'), true, flags: JSON_THROW_ON_ERROR) as $key => $value) {
            config()->set($key, $value);
        }
    }

    /**
     * The log tells from where clients connect.
     */
    public function boot(): void
    {
        Event::listen(fn (ServerStarting $event) => $event->server->on('connection_opened', function (array $connection): void {
            logger()->info("Connected from {$connection['address']}");
        }));
    }
}
