<?php

declare(strict_types=1);

namespace App\Providers;

use App\Reverb\TenantApplications;
use Illuminate\Auth\GenericUser;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\ServiceProvider;
use Laravel\Reverb\Contracts\ApplicationProvider;

final class AppServiceProvider extends ServiceProvider
{
    public function register(): void
    {
        if (env('TENANTS') === true) {
            $this->app->singleton(ApplicationProvider::class, TenantApplications::class);
        }
    }

    public function boot(): void
    {
        // Whoever says a name is that person.
        Auth::viaRequest('visitor', function (Request $request): ?GenericUser {
            $name = $request->header('X-Visitor');

            return is_string($name) ? new GenericUser(['id' => $name]) : null;
        });
    }
}
