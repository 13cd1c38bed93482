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
     * @param  array<string, callable(): void>  $ways
     * @param  int  $count  calls of each way
     * @param  int  $pace  microseconds of sleep before each call; 0: back to back
     * @return array<string, array{count: int, p50_us: float, p99_us: float, per_second: float}>
     */
    public static function of(array $ways, int $count, int $pace): array
    {
        $times = [];

        for ($round = 0; $round < self::ROUNDS; $round++) {
            foreach ($ways as $name => $way) {
                for ($i = intdiv($count, self::ROUNDS); $i > 0; $i--) {
                    if ($pace > 0) {
                        usleep($pace);
                    }

                    $begin = hrtime(true);
                    $way();
                    $times[$name][] = hrtime(true) - $begin;
                }
            }
        }

        return array_map(self::summary(...), $times);
    }

    /**
     * @param  non-empty-list<int>  $times  nanoseconds
     * @return array{count: int, p50_us: float, p99_us: float, per_second: float}
     */
    private static function summary(array $times): array
    {
        $total = array_sum($times);
        sort($times);
        $count = count($times);

        return [
            'count' => $count,
            'p50_us' => $times[intdiv($count, 2)] / 1_000,
            'p99_us' => $times[intdiv($count * 99, 100)] / 1_000,
            'per_second' => $count / ($total / 1e9),
        ];
    }
}
