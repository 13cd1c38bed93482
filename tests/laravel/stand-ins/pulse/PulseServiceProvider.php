<?php

declare(strict_types=1);

namespace Laravel\Pulse;

use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Events\Dispatcher;
use Illuminate\Support\Facades\Blade;
use Illuminate\Support\ServiceProvider;

/**
 * Binds Pulse, and lets the recorders of config/pulse.php listen.
 */
class PulseServiceProvider extends ServiceProvider
{
    public function register(): void
    {
        $this->app->singleton(Pulse::class);
    }

    public function boot(): void
    {
        /** @var array<class-string, array<string, mixed>> $recorders */
        $recorders = $this->app->make(Repository::class)->get('pulse.recorders', []);
        $this->app->make(Pulse::class)->register($recorders, $this->app->make(Dispatcher::class));

        $this->loadViewsFrom(__DIR__.'/views', 'pulse');
        Blade::anonymousComponentPath(__DIR__.'/views/components', 'pulse');
        $this->app->terminating(fn (): int => $this->app->make(Pulse::class)->ingest());
    }
}
