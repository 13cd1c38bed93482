<?php

declare(strict_types=1);

namespace App\Providers;

use App\Visitor;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\ServiceProvider;

final class AppServiceProvider extends ServiceProvider
{
    public function boot(): void
    {
        Auth::viaRequest('visitor', Visitor::of(...));
    }
}
