<?php

declare(strict_types=1);

use App\Providers\AppServiceProvider;
use Illuminate\Foundation\Application;

return Application::configure(basePath: dirname(__DIR__))
    ->withProviders([AppServiceProvider::class])
    ->withRouting(
        commands: __DIR__.'/../routes/console.php',
        then: fn () => require __DIR__.'/../routes/web.php',
    )
    ->withExceptions()
    ->create();
