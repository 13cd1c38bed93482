<?php

declare(strict_types=1);

use App\Events\Sent;
use Illuminate\Support\Facades\Route;

Route::get('/send/{channel}', function (string $channel): string {
    event(new Sent($channel, 'hello'));

    return 'sent';
});
