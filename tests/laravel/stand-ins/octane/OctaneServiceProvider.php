<?php

declare(strict_types=1);

namespace Laravel\Octane;

use Illuminate\Support\ServiceProvider;

/**
 * An application's configuration may name services that are made before the first request.
 */
class OctaneServiceProvider extends ServiceProvider
{
    private const WARM = ['auth', 'cache', 'cache.store', 'config', 'db', 'encrypter', 'files', 'log', 'router', 'routes'];

    public function register(): void
    {
        config()->set('octane.warm', config('octane.warm', self::WARM));
    }
}
