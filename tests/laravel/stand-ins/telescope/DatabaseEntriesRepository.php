<?php

declare(strict_types=1);

namespace Laravel\Telescope;

use Illuminate\Support\Facades\DB;
use Laravel\Telescope\Contracts\EntriesRepository;

final class DatabaseEntriesRepository implements EntriesRepository
{
    public function store(array $events): void
    {
        DB::table('telescope_entries')->insert(array_map(
            static fn (string $event): array => ['type' => 'event', 'content' => json_encode(['name' => $event])], $events
        ));
    }
}
