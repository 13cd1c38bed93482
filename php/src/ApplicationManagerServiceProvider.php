<?php

declare(strict_types=1);

namespace Reverb\Laravel;

use Illuminate\Contracts\Foundation\Application;
use Illuminate\Contracts\Support\DeferrableProvider;
use Illuminate\Support\ServiceProvider;
use Laravel\Reverb\ApplicationManager;
use Laravel\Reverb\Contracts\ApplicationProvider;

class ApplicationManagerServiceProvider extends ServiceProvider implements DeferrableProvider
{
    public function register(): void
    {
        $this->app->singleton(ApplicationManager::class);

        $this->app->bind(
            ApplicationProvider::class,
            fn (Application $app): mixed => $app->make(ApplicationManager::class)->driver()
        );
    }

    /**
     * @return list<class-string>
     */
    public function provides(): array
    {
        return [ApplicationManager::class, ApplicationProvider::class];
    }
}
