<?php

declare(strict_types=1);

namespace App\Providers;

use App\Applications\StoredApplications;
use Illuminate\Support\ServiceProvider;
use Laravel\Reverb\ApplicationManager;
use Laravel\Reverb\Contracts\ApplicationProvider;
use Laravel\Reverb\Contracts\Logger;

/**
 * What an application can bring of its own: an application provider, in each way there is, and a
 * logger.
 */
final class OwnPartsServiceProvider extends ServiceProvider
{
    public function register(): void
    {
        match (env('TEST_APPLICATIONS')) {
            'bound by class' => $this->app->bind(ApplicationProvider::class, StoredApplications::class),
            'bound by closure' => $this->app->singleton(ApplicationProvider::class, fn (): StoredApplications => new StoredApplications),
            'bound as it is' => $this->app->instance(ApplicationProvider::class, new StoredApplications),
            default => null,
        };

        if (is_string($logger = env('TEST_LOGGER'))) {
            $this->app->bind(Logger::class, $logger);
        }

        // Stands for the class of Laravel 13.
        if (env('TEST_DEV_COMMANDS') !== null) {
            require base_path('stand-ins/DevCommands.php');
        }
    }

    public function boot(): void
    {
        if (env('TEST_APPLICATIONS') === 'extended') {
            config()->set('reverb.apps.provider', 'database');
            $this->app->make(ApplicationManager::class)->extend('database', fn (): StoredApplications => new StoredApplications);
        }
    }
}
