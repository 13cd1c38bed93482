<?php

declare(strict_types=1);

namespace Laravel\Telescope;

use Illuminate\Support\ServiceProvider;
use Laravel\Telescope\Contracts\EntriesRepository;

/**
 * Binds Telescope's storage, and lets it listen to everything.
 */
class TelescopeServiceProvider extends ServiceProvider
{
    public function register(): void
    {
        $this->app->singleton(EntriesRepository::class, DatabaseEntriesRepository::class);
    }

    public function boot(): void
    {
        Telescope::start();
    }
}
