<?php

declare(strict_types=1);

use App\Events\Sent;
use App\Http\SendingController;
use Illuminate\Support\Facades\Route;

Route::get('/to-others/{channel}', function (string $channel): string {
    broadcast(new Sent([$channel], 'hello'))->toOthers();

    return 'sent';
});

Route::get('/send/{channel}/{count}', SendingController::class);
