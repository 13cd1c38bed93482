<?php

declare(strict_types=1);

namespace Laravel\Pulse;

use Carbon\CarbonInterval;
use DateTimeInterface;
use Illuminate\Contracts\Container\Container;
use Illuminate\Contracts\Events\Dispatcher;
use Illuminate\Support\Carbon;
use Illuminate\Support\Collection;
use Illuminate\Support\Facades\DB;
use Throwable;

/**
 * Keeps what is recorded until it is ingested: into the aggregates of the last hour alone.
 */
class Pulse
{
    private const HOUR = 60;

    private const BUCKET = 60;

    /** @var list<Entry> */
    private array $entries = [];

    public function __construct(
        private readonly Container $app,
    ) {}

    /**
     * @param  array<class-string, array<string, mixed>>  $recorders
     */
    public function register(array $recorders, Dispatcher $events): void
    {
        foreach (array_keys($recorders) as $recorder) {
            /** @var object{listen: class-string} $made */
            $made = $this->app->make($recorder);

            $events->listen($made->listen, fn (object $event): mixed => $this->rescue(fn () => $made->record($event)));
        }
    }

    public function record(string $type, string $key, ?int $value = null, DateTimeInterface|int|null $timestamp = null): Entry
    {
        $timestamp = $timestamp instanceof DateTimeInterface ? $timestamp->getTimestamp() : $timestamp;

        return $this->entries[] = new Entry($timestamp ?? Carbon::now()->getTimestamp(), $type, $key, $value);
    }

    public function ingest(): int
    {
        [$entries, $this->entries] = [$this->entries, []];

        foreach ($entries as $entry) {
            foreach ($entry->aggregates as $aggregate) {
                $this->store($entry, $aggregate);
            }
        }

        return count($entries);
    }

    public function rescue(callable $callback): mixed
    {
        try {
            return $callback();
        } catch (Throwable) {
            return null;
        }
    }

    /**
     * @param  list<string>  $types
     * @return Collection<string, Collection<string, Collection<string, int|null>>>
     */
    public function graph(array $types, string $aggregate, CarbonInterval $interval): Collection
    {
        $last = intdiv(Carbon::now()->getTimestamp(), self::BUCKET) * self::BUCKET;
        $buckets = collect(range($last - 59 * self::BUCKET, $last, self::BUCKET));
        $rows = DB::table('pulse_aggregates')->whereIn('type', $types)->where('aggregate', $aggregate)->get();

        return $rows->groupBy('key')->map(fn (Collection $ofKey): Collection => collect($types)->mapWithKeys(
            fn (string $type): array => [$type => $buckets->mapWithKeys(fn (int $bucket): array => [
                Carbon::createFromTimestamp($bucket)->toDateTimeString() => $ofKey->where('type', $type)->firstWhere('bucket', $bucket)?->value,
            ])]
        ));
    }

    private function store(Entry $entry, string $aggregate): void
    {
        $row = [
            'bucket' => intdiv($entry->timestamp, self::BUCKET) * self::BUCKET,
            'period' => self::HOUR,
            'type' => $entry->type,
            'key' => $entry->key,
            'aggregate' => $aggregate,
        ];
        $known = DB::table('pulse_aggregates')->where($row)->value('value');

        DB::table('pulse_aggregates')->updateOrInsert($row, ['value' => match (true) {
            $known === null => $entry->value,
            $aggregate === 'sum' => $known + $entry->value,
            $aggregate === 'max' => max($known, $entry->value),
            $aggregate === 'avg' => ($known + $entry->value) / 2,
        }]);
    }
}
