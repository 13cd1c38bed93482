<?php

declare(strict_types=1);

use App\Http\Controllers\OrderController;
use Illuminate\Support\Facades\Route;

Route::get('/orders/{order}/ship', [OrderController::class, 'ship']);
Route::get('/orders/{order}/queue', [OrderController::class, 'queue']);
