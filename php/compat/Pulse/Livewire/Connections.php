<?php

declare(strict_types=1);

namespace Laravel\Reverb\Pulse\Livewire;

use Livewire\Attributes\Lazy;
use Reverb\Laravel\Pulse\ChartCard;

/**
 * `<livewire:reverb.connections />`: connections of each application, their peak and average.
 */
#[Lazy]
class Connections extends ChartCard
{
    protected function title(): string
    {
        return 'Reverb Connections';
    }

    protected function charts(): array
    {
        $average = $this->graph(['reverb_connections'], 'avg');

        foreach ($this->graph(['reverb_connections'], 'max') as $application => $readings) {
            [$peak, $mean] = [$readings['reverb_connections']->all(), $average[$application]['reverb_connections']->all()];

            $charts[$application] = [
                'labels' => array_keys($peak),
                'lines' => [
                    ['label' => 'Peak', 'color' => '#9333ea', 'data' => array_values($peak)],
                    ['label' => 'Average', 'color' => '#10b981', 'data' => array_values($mean)],
                ],
            ];
        }

        return $charts ?? [];
    }
}
