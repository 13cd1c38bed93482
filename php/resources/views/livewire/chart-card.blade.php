<x-pulse::card :cols="$cols" :rows="$rows" :class="$class">
    <x-pulse::card-header
        :name="$title"
        title="Time: {{ number_format($time) }}ms; Run at: {{ $runAt }};"
        details="past {{ $this->periodForHumans() }}"
    >
        <x-slot:icon>
            <x-reverb::icons.reverb />
        </x-slot:icon>
        <x-slot:actions>
            <ul class="flex flex-wrap gap-4 text-xs font-medium text-gray-600 dark:text-gray-400">
                @foreach ($legend as $line)
                    <li class="flex items-center gap-2">
                        <span class="h-0.5 w-3 rounded-full" style="background-color: {{ $line['color'] }}"></span>
                        {{ $line['label'] }}
                    </li>
                @endforeach
            </ul>
        </x-slot:actions>
    </x-pulse::card-header>

    <x-pulse::scroll :expand="$expand" wire:poll.5s="">
        @if ($charts === [])
            <x-pulse::no-results />
        @endif
        <div class="grid gap-3 mx-px mb-px">
            @foreach ($charts as $application => $chart)
                <section wire:key="{{ $update }}.{{ $application }}">
                    <h3 class="flex justify-between font-bold text-gray-700 dark:text-gray-300">
                        <span>{{ $application }}</span>
                        <span title="The highest in this period">{{ number_format($highest($chart)) }}</span>
                    </h3>
                    <div
                        wire:ignore
                        class="h-14 mt-3"
                        x-data="reverbChart(@js(['application' => (string) $application, 'update' => $update, 'chart' => $chart]))"
                    >
                        <canvas x-ref="canvas" class="ring-1 ring-gray-900/5 dark:ring-gray-100/10 bg-gray-50 dark:bg-gray-800 rounded-md shadow-sm"></canvas>
                    </div>
                </section>
            @endforeach
        </div>
    </x-pulse::scroll>
</x-pulse::card>

@script
<script>
    Alpine.data('reverbChart', ({ application, update, chart }) => {
        const dataset = ({ label, color, data }) => ({ label, data, borderColor: color, borderWidth: 2, pointStyle: false, pointHitRadius: 10 })
        let drawn = null
        let stopListening = null

        return {
            init() {
                drawn = new Chart(this.$refs.canvas, {
                    type: 'line',
                    data: { labels: chart.labels, datasets: chart.lines.map(dataset) },
                    options: {
                        maintainAspectRatio: false,
                        layout: { autoPadding: false, padding: { top: 2 } },
                        scales: { x: { display: false }, y: { display: false, min: 0 } },
                        plugins: {
                            legend: { display: false },
                            tooltip: { mode: 'index', intersect: false, displayColors: false },
                        },
                    },
                })

                stopListening = Livewire.on(update, ({ charts }) => {
                    if (charts[application] === undefined) {
                        return
                    }

                    drawn.data.labels = charts[application].labels
                    charts[application].lines.forEach(({ data }, line) => drawn.data.datasets[line].data = data)
                    drawn.update()
                })
            },
            destroy() {
                stopListening()
                drawn.destroy()
            },
        }
    })
</script>
@endscript
