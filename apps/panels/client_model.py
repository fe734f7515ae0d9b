"""Which settings of which panels the official client models: it drops all others when it saves.

tests/panels/test_client_model.py compares this with the installed client.
"""

PANEL_CONFIGS: dict[str, frozenset[str]] = {
    "Bar Chart": frozenset(
        (
            "aggregate barLimit chartTitle expressions fontSize groupAgg groupArea groupBy legendTemplate limit "
            "metrics overrideColors overrideSeriesTitles vertical xAxisMax xAxisMin xAxisTitle yAxisTitle"
        ).split()
    ),
    "Code Comparer": frozenset(("diff").split()),
    "Run History Line Plot": frozenset(
        (
            "aggregate chartTitle expressions fontSize groupAgg groupArea groupBy ignoreOutliers legendFields "
            "legendPosition legendTemplate limit metricRegex metrics overrideColors overrideLineWidths "
            "overrideMarks overrideSeriesTitles plotType pointVisualizationMethod showOriginalAfterSmoothing "
            "smoothingType smoothingWeight useMetricRegex xAxis xAxisFormat xAxisMax xAxisMin xAxisTitle "
            "xExpression xLogScale yAxisMax yAxisMin yAxisTitle yLogScale"
        ).split()
    ),
    "Markdown Panel": frozenset(("value").split()),
    "Media Browser": frozenset(("chartTitle columnCount gallerySettings gridSettings mediaKeys mode").split()),
    "Parallel Coordinates Plot": frozenset(("chartTitle columns customGradient fontSize").split()),
    "Parameter Importance": frozenset(
        ("columnOrder columnWidths columnsPinned onlyShowSelected pageSize targetKey").split()
    ),
    "Run Comparer": frozenset(("diffOnly").split()),
    "Scalar Chart": frozenset(("chartTitle expressions fontSize groupAgg groupArea legendTemplate metrics").split()),
    "Scatter Plot": frozenset(
        (
            "chartTitle customGradient fontSize legendTemplate showAvgYAxisLine showLinearRegression "
            "showMaxYAxisLine showMinYAxisLine xAxis xAxisLogScale xAxisMax xAxisMin yAxis yAxisLogScale yAxisMax "
            "yAxisMin zAxis zAxisLogScale zAxisMax zAxisMin"
        ).split()
    ),
    "Vega2": frozenset(("fieldSettings panelDefId stringSettings transform userQuery").split()),
}
