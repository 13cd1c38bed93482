<?php

declare(strict_types=1);

namespace Laravel\Reverb\Pulse\Livewire;

use Illuminate\Support\Collection;
use Livewire\Attributes\Lazy;
use Reverb\Laravel\Pulse\ChartCard;

/**
 * `<livewire:reverb.messages />`: messages of each application, in sums and as a rate.
 */
#[Lazy]
class Messages extends ChartCard
{
    protected function title(): string
    {
        return 'Reverb Messages';
    }

    protected function charts(): array
    {
        foreach ($this->graph(['reverb_message:sent', 'reverb_message:received'], 'sum') as $application => $readings) {
            [$sent, $received] = [$readings['reverb_message:sent'], $readings['reverb_message:received']];

            $charts[$application] = [
                'labels' => array_keys($sent->all()),
                'lines' => [
                    ['label' => 'Sent', 'color' => '#9333ea', 'data' => self::sums($sent)],
                    ['label' => "Sent per {$this->rateUnit()}", 'color' => '#bc81f1', 'data' => $this->rates($sent)],
                    ['label' => 'Received', 'color' => '#10b981', 'data' => self::sums($received)],
                    ['label' => "Received per {$this->rateUnit()}", 'color' => '#78d7b3', 'data' => $this->rates($received)],
                ],
            ];
        }

        return $charts ?? [];
    }

    /**
     * A time of which nothing was recorded is one without messages.
     *
     * @param  Collection<string, int|null>  $readings
     * @return list<int>
     */
    private static function sums(Collection $readings): array
    {
        return array_map(intval(...), array_values($readings->all()));
    }

    /**
     * @param  Collection<string, int|null>  $readings
     * @return list<float>
     */
    private function rates(Collection $readings): array
    {
        $seconds = $this->periodAsInterval()->totalSeconds / max(1, $readings->count());
        $unit = ['second' => 1, 'minute' => 60, 'hour' => 3_600, 'day' => 86_400][$this->rateUnit()];

        return array_map(static fn (int $messages): float => round($messages * $unit / $seconds, 2), self::sums($readings));
    }

    /**
     * @return 'second'|'minute'|'hour'|'day'
     */
    private function rateUnit(): string
    {
        return match ($this->period) {
            '6_hours' => 'minute',
            '24_hours' => 'hour',
            '7_days' => 'day',
            default => 'second',
        };
    }
}
