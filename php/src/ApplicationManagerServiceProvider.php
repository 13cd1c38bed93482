<?php

declare(strict_types=1);

namespace Reverb\Laravel;

use Illuminate\Container\Container;
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

        if (! $this->bound(ApplicationProvider::class)) {
            $this->app->bind(
                ApplicationProvider::class,
                fn (Application $app): mixed => $app->make(ApplicationManager::class)->driver()
            );
        }
    }

    /**
     * @return list<class-string>
     */
    public function provides(): array
    {
        return [ApplicationManager::class, ApplicationProvider::class];
    }

    /**
     * Whether the application has a binding of its own, which then stays. This provider is
     * deferred, so it registers later than the application; and bound() of the application says yes
     * to whatever a deferred provider will bind.
     */
    private function bound(string $name): bool
    {
        return $this->app instanceof Container
            && (array_key_exists($name, $this->app->getBindings()) || $this->app->resolved($name) || $this->app->isAlias($name));
    }
}
