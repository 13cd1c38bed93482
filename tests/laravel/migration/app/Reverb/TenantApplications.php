<?php

declare(strict_types=1);

namespace App\Reverb;

use App\Models\Tenant;
use Illuminate\Support\Collection;
use Laravel\Reverb\Application;
use Laravel\Reverb\Contracts\ApplicationProvider;
use Laravel\Reverb\Exceptions\InvalidApplication;

/**
 * Each tenant is an application. What was asked for is written down.
 */
final class TenantApplications implements ApplicationProvider
{
    public function all(): Collection
    {
        return Tenant::all()->toBase()->map(self::application(...));
    }

    public function findById(string $id): Application
    {
        return self::find('app_id', $id);
    }

    public function findByKey(string $key): Application
    {
        return self::find('key', $key);
    }

    private static function find(string $column, string $value): Application
    {
        file_put_contents(storage_path('logs/asked.log'), "{$column} {$value}\n", FILE_APPEND);

        $tenant = Tenant::query()->where($column, $value)->first() ?? throw new InvalidApplication;

        return self::application($tenant);
    }

    private static function application(Tenant $tenant): Application
    {
        return new Application($tenant->app_id, $tenant->key, $tenant->secret, 60, 30, ['*'], 10_000);
    }
}
