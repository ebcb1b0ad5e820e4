//! A picture of what depth costs: exits and time in each hypervisor, and beside them what was published of other machines.
//!
//! Invariant: what others have measured stands in a chart of its own, in their unit and under their names.

use plotters::coord::Shift;
use plotters::prelude::*;

use super::{Hypervisor, Row};

/// What somebody measured.
struct Published {
    machine: &'static str,
    publication: &'static str,
    /// Levels, and cycles of the processor that a hypercall takes.
    points: &'static [(f64, f64)],
}

/// What a hypercall takes on other machines.
const PUBLISHED: &[Published] = &[
    Published {
        machine: "KVM on x86",
        publication: "Lim and Nieh, ASPLOS 2020",
        points: &[(1.0, 1_575.0), (2.0, 37_733.0), (3.0, 857_578.0)],
    },
    Published {
        machine: "KVM on ARMv8.3",
        publication: "Lim et al., SOSP 2017",
        points: &[(1.0, 2_729.0), (2.0, 422_720.0)],
    },
    Published {
        machine: "the same with NEVE",
        publication: "Lim et al., SOSP 2017",
        points: &[(2.0, 92_385.0)],
    },
];

/// The size of the picture, and of each of its charts with the text above it.
const SIZE: (u32, u32) = (1260, 440);
const FONT: &str = "sans-serif";
const COLOURS: [RGBColor; 3] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
];

/// A line of a chart.
struct Series {
    name: String,
    points: Vec<(f64, f64)>,
}

/// The picture as SVG, of the rows of each hypervisor, of which the first is depth 0.
///
/// # Errors
/// When it cannot be drawn, which is said in words.
pub fn plot(measured: &[(Hypervisor, Vec<Row>)]) -> Result<String, String> {
    let mut text = String::new();
    draw(&mut text, measured).map_err(|error| error.to_string())?;
    Ok(text)
}

fn draw<'a>(
    text: &'a mut String,
    measured: &[(Hypervisor, Vec<Row>)],
) -> Result<(), Box<dyn std::error::Error + 'a>> {
    let area = SVGBackend::with_string(text, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let series = |value: fn(&Row, &Row) -> f64| {
        let of = |(hypervisor, rows): &(Hypervisor, Vec<Row>)| Series {
            name: hypervisor.to_string(),
            points: match rows.split_first() {
                Some((alone, rows)) => {
                    let point = |row: &Row| (row.depth as f64, value(row, alone));
                    rows.iter().map(point).collect()
                }
                None => Vec::new(),
            },
        };
        measured.iter().map(of).collect::<Vec<_>>()
    };
    let exits = series(|row, _| row.exits.total() as f64);
    let times = series(|row, alone| seconds(row) / seconds(alone).max(1e-9));
    let published = PUBLISHED.iter().map(|published| Series {
        name: format!("{}: {}", published.machine, published.publication),
        points: published.points.to_vec(),
    });
    let published: Vec<_> = published.collect();
    let charts = [
        ("exits, from beginning to end", &exits),
        ("host time, by that at depth 0", &times),
        (
            "other machines, as published: cycles of a hypercall",
            &published,
        ),
    ];
    let areas = area.split_evenly((1, charts.len()));
    for (area, (title, series)) in areas.iter().zip(charts) {
        chart(area, title, series)?;
    }
    area.present()?;
    Ok(())
}

/// How long the host worked on a row that ended.
fn seconds(row: &Row) -> f64 {
    row.host.unwrap_or_default().as_secs_f64()
}

/// One chart, with depth to the right and a logarithmic scale upwards.
fn chart<'a>(
    area: &DrawingArea<SVGBackend<'a>, Shift>,
    title: &str,
    series: &[Series],
) -> Result<(), Box<dyn std::error::Error + 'a>> {
    let points = || series.iter().flat_map(|series| &series.points);
    let deepest = points().fold(1.0, |most, (depth, _)| depth.max(most));
    let least = points().fold(f64::INFINITY, |least, (_, value)| value.min(least));
    let least = if least.is_finite() {
        least.max(1e-3)
    } else {
        1.0
    };
    let most = points().fold(10.0 * least, |most, (_, value)| value.max(most));
    // The names stand above the lines.
    let top = most * (most / least).powf(0.4);
    let mut chart = ChartBuilder::on(area)
        .caption(title, (FONT, 17))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(62)
        .build_cartesian_2d(0.7..deepest + 0.3, (least * 0.6..top).log_scale())?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.12))
        .x_labels(deepest as usize)
        .x_label_formatter(&|depth| match (depth - depth.round()).abs() < 0.01 {
            true => format!("{depth:.0}"),
            false => String::new(),
        })
        .y_label_formatter(&|value| number(*value))
        .x_desc("levels of hypervisors")
        .label_style((FONT, 13))
        .axis_desc_style((FONT, 13))
        .draw()?;
    for (series, colour) in series.iter().zip(COLOURS) {
        chart
            .draw_series(LineSeries::new(
                series.points.iter().copied(),
                colour.stroke_width(2),
            ))?
            .label(&series.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2)));
        let dot = |point: &(f64, f64)| Circle::new(*point, 3, colour.filled());
        chart.draw_series(series.points.iter().map(dot))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .label_font((FONT, 13))
        .draw()?;
    Ok(())
}

/// A number with its thousands apart.
fn number(value: f64) -> String {
    if value < 1.0 {
        return format!("{value}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
