<?php

declare(strict_types=1);

use App\Events\Sent;
use App\Http\SendingController;
use App\Providers\AppServiceProvider;
use App\Providers\OwnPartsServiceProvider;
use Illuminate\Foundation\Application;
use Illuminate\Support\Facades\Route;

$app = Application::configure(basePath: dirname(__DIR__))
    ->withProviders([AppServiceProvider::class, OwnPartsServiceProvider::class])
    ->withRouting(commands: __DIR__.'/../routes/console.php', then: function (): void {
        Route::get('/to-others/{channel}', function (string $channel): string {
            broadcast(new Sent([$channel], 'hello'))->toOthers();

            return 'sent';
        });

        Route::get('/send/{channel}/{count}', SendingController::class);
    })
    ->withExceptions()
    ->create();

// Each test has a storage folder of its own, and its configuration files with it.
return $app->useConfigPath($app->storagePath('config'));
