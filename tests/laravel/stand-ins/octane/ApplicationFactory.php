<?php

declare(strict_types=1);

namespace Laravel\Octane;

use Illuminate\Contracts\Http\Kernel;
use Illuminate\Foundation\Application;
use Illuminate\Http\Request;

/**
 * Makes the application that each request gets a clone of.
 */
class ApplicationFactory
{
    public function __construct(
        private readonly string $basePath,
    ) {}

    /**
     * @param  array<class-string, object>  $instances
     */
    public function createApplication(array $instances = []): Application
    {
        /** @var Application $app */
        $app = require "{$this->basePath}/bootstrap/app.php";

        // Providers may ask for one when they boot.
        $app->instance('request', Request::create('http://localhost'));

        foreach ($instances as $name => $instance) {
            $app->instance($name, $instance);
        }

        $app->make(Kernel::class)->bootstrap();
        $app->loadDeferredProviders();

        /** @var list<string> $warm */
        $warm = config('octane.warm');
        array_map($app->make(...), array_filter($warm, $app->bound(...)));

        return $app;
    }
}
