<?php

declare(strict_types=1);

use App\Providers\AppServiceProvider;
use Illuminate\Foundation\Application;

// Laravel 10 has no configure(): there its own file is beside this one.
$app = is_file($file = __DIR__.'/laravel-10.php') ? require $file : Application::configure(basePath: dirname(__DIR__))
    ->withProviders([AppServiceProvider::class])
    ->withRouting(commands: __DIR__.'/../routes/console.php', then: fn () => require __DIR__.'/../routes/web.php')
    ->withExceptions()
    ->create();

// Each test has a storage folder of its own, and its configuration files with it.
return $app->useConfigPath($app->storagePath('config'));
