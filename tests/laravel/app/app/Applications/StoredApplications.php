<?php

declare(strict_types=1);

namespace App\Applications;

use App\Models\Tenant;
use Illuminate\Support\Collection;
use Laravel\Reverb\Application;
use Laravel\Reverb\Contracts\ApplicationProvider;
use Laravel\Reverb\Exceptions\InvalidApplication;
use RuntimeException;

/**
 * The applications of a table. The trouble of a row is what asking for it makes.
 */
final class StoredApplications implements ApplicationProvider
{
    public function all(): Collection
    {
        return Tenant::all()->map(fn (Tenant $tenant): Application => $tenant->toApplication());
    }

    public function findById(string $id): Application
    {
        return $this->find('app_id', $id);
    }

    public function findByKey(string $key): Application
    {
        return $this->find('key', $key);
    }

    private function find(string $column, string $value): Application
    {
        $tenant = Tenant::firstWhere($column, $value) ?? throw new InvalidApplication;

        match ($tenant->trouble) {
            'slow' => sleep(2),
            'broken' => throw $this->locked($value),
            default => null,
        };

        return $tenant->toApplication();
    }

    private function locked(string $value): RuntimeException
    {
        $scoped = app('test.scoped');
        $scoped->asked[] = $value;

        return new RuntimeException('The table is locked. Asked for '.implode(', ', $scoped->asked).' so far.');
    }
}
