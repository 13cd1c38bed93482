<?php

declare(strict_types=1);

use App\Http\Controllers\ChatController;
use Illuminate\Support\Facades\Route;

Route::get('/', [ChatController::class, 'show']);
Route::post('/enter', [ChatController::class, 'enter']);
Route::post('/leave', [ChatController::class, 'leave']);
Route::post('/messages', [ChatController::class, 'say'])->middleware('auth');
