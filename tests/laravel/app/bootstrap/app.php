<?php

declare(strict_types=1);

use App\Providers\AppServiceProvider;
use Illuminate\Foundation\Application;

$app = Application::configure(basePath: dirname(__DIR__))
    ->withProviders([AppServiceProvider::class])
    ->withRouting(commands: __DIR__.'/../routes/console.php')
    ->withExceptions()
    ->create();

// Each test has a storage folder of its own, and its configuration files with it.
return $app->useConfigPath($app->storagePath('config'));
