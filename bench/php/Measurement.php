<?php

declare(strict_types=1);

namespace Reverb\Bench;

/**
 * Takes the time of several ways to do the same, turn by turn in one process, so that whatever
 * else the machine does meets all of them.
 */
final class Measurement
{
    private const ROUNDS = 10;

    /**
     * @param  array<string, Way>  $ways
     * @param  int  $count  calls of each way
     * @param  int  $pace  microseconds of sleep before each call; 0: back to back
     * @return array<string, array<string, float>>
     */
    public static function of(array $ways, int $count, int $pace): array
    {
        [$calls, $deliveries] = [[], []];
        $each = intdiv($count, self::ROUNDS);

        // The first call of each loads its classes and connects.
        foreach ($ways as $way) {
            $way->calls(1, 0);
        }

        for ($round = 0; $round < self::ROUNDS; $round++) {
            foreach ($ways as $name => $way) {
                $calls[$name][] = $way->calls($each, $pace);
                $deliveries[$name][] = $way->deliveries($each, $pace);
            }
        }

        $figures = [];

        foreach (array_keys($ways) as $name) {
            $figures[$name] = [
                ...self::summary(array_merge(...$calls[$name])),
                ...self::summary(array_merge(...$deliveries[$name]), 'delivered_'),
            ];
        }

        return $figures;
    }

    /**
     * @param  list<int>  $times  nanoseconds
     * @return array<string, float>
     */
    private static function summary(array $times, string $prefix = ''): array
    {
        if ($times === []) {
            return [];
        }

        $total = array_sum($times);
        sort($times);
        $count = count($times);

        return [
            "{$prefix}p50_us" => $times[intdiv($count, 2)] / 1_000,
            "{$prefix}p99_us" => $times[intdiv($count * 99, 100)] / 1_000,
            "{$prefix}per_second" => $count / ($total / 1e9),
        ];
    }
}
