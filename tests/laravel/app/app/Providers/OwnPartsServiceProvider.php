<?php

declare(strict_types=1);

namespace App\Providers;

use Illuminate\Support\ServiceProvider;
use Laravel\Reverb\Contracts\Logger;

/**
 * What an application can bring of its own.
 */
final class OwnPartsServiceProvider extends ServiceProvider
{
    public function register(): void
    {
        if (is_string($logger = env('TEST_LOGGER'))) {
            $this->app->bind(Logger::class, $logger);
        }

        // Stands for the class of Laravel 13.
        if (env('TEST_DEV_COMMANDS') !== null) {
            require base_path('stand-ins/DevCommands.php');
        }
    }
}
